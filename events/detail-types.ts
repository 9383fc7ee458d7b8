/** The `detail-type` of the events that ask for a transfer. */
export const requestDetailType = "Contact Transfer Requested";
