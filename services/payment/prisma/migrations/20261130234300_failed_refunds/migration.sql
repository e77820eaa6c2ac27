-- Refunds that need a person: few among millions, and asked for at every scrape. The key never changes, so rows are still updated in place.
CREATE INDEX "payments_refund_failed" ON "payments"("orderId") WHERE "refunds" @? '$[*] ? (@.status == "failed" && !exists(@.retriedBy))';
