/** What the intent says, and when its requests may have reached Connect. Instants are milliseconds since 1970. */
export interface AskedFor {
  readonly contactId: string;
  /** The destination; with neither, the flow decided. */
  readonly queueId?: string;
  readonly userId?: string;
  /** No request for this message can have been made earlier. */
  readonly firstAskedAt: number;
  /** Another message of the intent may have been sent earlier. */
  readonly mayHaveTwin?: boolean;
  /** No request of this intent can have been carried out later. */
  readonly lastAskedAt: number;
}

/** A read that showed nothing reliable: throttled, failed, refused, or not found, which Connect also answers while it lags. */
export interface FailedRead {
  readonly kind: "failed";
  /** Follows "Connect could not be read: ". */
  readonly why: string;
}

/** What DescribeContact shows of a contact, as far as a verdict needs it. */
export interface SeenContact {
  readonly kind: "seen";
  readonly contactId: string;
  readonly channel: string;
  readonly initiatedAt?: number;
  /** The contact has ended. */
  readonly endedAt?: number;
  readonly disconnectReason?: string;
  readonly queueId?: string;
  /** An agent has, or has had, the contact. */
  readonly agentId?: string;
  /** Successors by an agent's quick connect, the only kind that Connect names here. */
  readonly quickConnectTo: readonly string[];
}

/** One line of ListAssociatedContacts. */
export interface TreeEntry {
  readonly contactId: string;
  readonly previousContactId?: string;
  readonly initiationMethod?: string;
  readonly channel?: string;
  readonly initiatedAt?: number;
}

/** All pages of ListAssociatedContacts. */
export interface SeenTree {
  readonly kind: "seen";
  readonly entries: readonly TreeEntry[];
}

/** ListAssociatedContacts failed at one of its pages: what the list does not hold may be on that page. */
export interface PartOfTree extends FailedRead {
  /** Of the pages before it. */
  readonly entries: readonly TreeEntry[];
}

/** Everything that a verdict rests on. */
export interface Evidence {
  readonly contact: SeenContact | FailedRead;
  readonly tree: SeenTree | PartOfTree;
  /** DescribeContact of the only successor, if there is exactly one. */
  readonly successor?: SeenContact | FailedRead;
  /** When the first of the reads was made: nothing later can be told from them. */
  readonly readAt: number;
}
