import { ConnectClient, type ConnectClientConfig } from "@aws-sdk/client-connect";

/** A client that reads no configuration of this machine: the SDK's defaults, unless overridden. */
export function benchClient(config: ConnectClientConfig): ConnectClient {
  return new ConnectClient({
    region: "us-east-1",
    credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
    retryMode: "standard",
    maxAttempts: 3,
    ...config,
  });
}
