/** Connect's quota "Rate of TransferContact API requests", as Service Quotas names it. */
export const transferContactQuotaCode = "L-43B4F8CE";
