import { ConnectClient, type ConnectClientConfig } from "@aws-sdk/client-connect";

/** A client with the SDK's defaults, unless overridden; it reads no configuration of this machine. */
export function benchClient(config: ConnectClientConfig): ConnectClient {
  return new ConnectClient({
    region: "us-east-1",
    credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
    retryMode: "standard",
    maxAttempts: 3,
    ...config,
  });
}
