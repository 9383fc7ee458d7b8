export interface LogGroupModel {
  readonly logGroupName: string;
  /** As the target of a rule names it, without streams. */
  readonly logGroupArn: string;
}
