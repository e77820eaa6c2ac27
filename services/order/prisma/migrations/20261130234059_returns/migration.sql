-- AlterTable
ALTER TABLE "orders" ADD COLUMN     "refunds" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "returns" JSONB NOT NULL DEFAULT '[]';

-- Returns that wait for a person: few among millions. The key never changes, so rows are still updated in place.
CREATE INDEX "orders_return_requested" ON "orders"("orderId") WHERE "returns" @? '$[*] ? (@.status == "requested")';
