export interface LogGroupModel {
  readonly logGroupName: string;
  /** As a rule's target names it. */
  readonly logGroupArn: string;
}
