-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "payments" (
    "orderId" TEXT NOT NULL,
    "userId" TEXT,
    "paymentId" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "waitsFor" TEXT,
    "amount" BIGINT,
    "currency" TEXT,
    "method" TEXT,
    "source" TEXT,
    "country" TEXT,
    "reason" TEXT,
    "detail" TEXT,
    "providerReference" TEXT,
    "capturedAt" TIMESTAMPTZ(3),
    "orderCancelled" BOOLEAN NOT NULL,
    "refunds" JSONB NOT NULL,
    "refundedAmount" BIGINT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "payments_pkey" PRIMARY KEY ("orderId")
);

-- CreateIndex
CREATE UNIQUE INDEX "payments_paymentId_key" ON "payments"("paymentId");

-- What no rule may ever do, whatever a bug says.
ALTER TABLE "payments" ADD CONSTRAINT "payments_status_check" CHECK ("status" IN ('pending', 'processing', 'success', 'failed', 'refunded'));
ALTER TABLE "payments" ADD CONSTRAINT "payments_refunded_check" CHECK ("refundedAmount" >= 0 AND "refundedAmount" <= COALESCE("amount", 0));
ALTER TABLE "payments" ADD CONSTRAINT "payments_captured_check" CHECK (("providerReference" IS NOT NULL) = ("status" IN ('success', 'refunded')));
