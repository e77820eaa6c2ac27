-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "captures" (
    "paymentId" TEXT NOT NULL,
    "orderId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "reference" TEXT,
    "code" TEXT,
    "message" TEXT,
    "refunded" BIGINT NOT NULL,
    "requestedAt" TIMESTAMPTZ(3) NOT NULL,
    "settledAt" TIMESTAMPTZ(3),
    "settledBy" TEXT,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "captures_pkey" PRIMARY KEY ("paymentId")
);

-- CreateTable
CREATE TABLE "refunds" (
    "refundId" TEXT NOT NULL,
    "paymentId" TEXT NOT NULL,
    "orderId" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "chargeReference" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "reference" TEXT,
    "code" TEXT,
    "message" TEXT,
    "requestedAt" TIMESTAMPTZ(3) NOT NULL,
    "settledAt" TIMESTAMPTZ(3),
    "settledBy" TEXT,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "refunds_pkey" PRIMARY KEY ("refundId")
);

-- CreateIndex
CREATE INDEX "refunds_paymentId_idx" ON "refunds"("paymentId");

-- The rules that no bug in the code may break (Prisma's schema cannot say them).
ALTER TABLE "captures"
    ADD CONSTRAINT "captures_status" CHECK ("status" IN ('pending', 'captured', 'declined')),
    ADD CONSTRAINT "captures_captured" CHECK (("status" = 'captured') = ("reference" IS NOT NULL)),
    ADD CONSTRAINT "captures_refunded" CHECK ("refunded" BETWEEN 0 AND "amount");
ALTER TABLE "refunds"
    ADD CONSTRAINT "refunds_status" CHECK ("status" IN ('pending', 'refunded', 'declined')),
    ADD CONSTRAINT "refunds_refunded" CHECK (("status" = 'refunded') = ("reference" IS NOT NULL));
