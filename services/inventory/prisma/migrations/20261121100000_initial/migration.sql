-- CreateTable
CREATE TABLE "stocks" (
    "stockKey" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "warehouse" TEXT NOT NULL,
    "available" INTEGER NOT NULL,
    "reserved" INTEGER NOT NULL,
    "total" INTEGER NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "stocks_pkey" PRIMARY KEY ("stockKey")
);

-- CreateTable
CREATE TABLE "reservations" (
    "orderId" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "lines" JSONB NOT NULL,
    "expiresAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "reservations_pkey" PRIMARY KEY ("orderId")
);

-- CreateTable
CREATE TABLE "adjustments" (
    "adjustmentId" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "warehouse" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "adjustedBy" TEXT NOT NULL,
    "adjustedAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "adjustments_pkey" PRIMARY KEY ("adjustmentId")
);

-- CreateIndex
CREATE INDEX "stocks_sku_idx" ON "stocks"("sku");

-- The rules that no bug in the code may break (Prisma's schema cannot say them).
ALTER TABLE "stocks"
    ADD CONSTRAINT "stocks_not_negative" CHECK ("available" >= 0 AND "reserved" >= 0),
    ADD CONSTRAINT "stocks_total" CHECK ("total" = "available" + "reserved");
ALTER TABLE "reservations"
    ADD CONSTRAINT "reservations_status" CHECK ("status" IN ('held', 'rejected', 'committed', 'released', 'expired', 'restocked'));
