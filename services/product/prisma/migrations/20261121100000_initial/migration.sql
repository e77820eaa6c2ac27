-- CreateTable
CREATE TABLE "skus" (
    "sku" TEXT NOT NULL,
    "productId" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "skus_pkey" PRIMARY KEY ("sku")
);

-- CreateTable
CREATE TABLE "products" (
    "productId" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "images" JSONB NOT NULL,
    "status" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "products_pkey" PRIMARY KEY ("productId")
);

-- CreateIndex
CREATE UNIQUE INDEX "products_sku_key" ON "products"("sku");

-- CreateIndex
CREATE INDEX "products_status_sku_currency_amount_idx" ON "products"("status", "sku", "currency", "amount");

-- CreateIndex
CREATE INDEX "products_status_category_sku_currency_amount_idx" ON "products"("status", "category", "sku", "currency", "amount");

-- The rules that no bug in the code may break (Prisma's schema cannot say them).
ALTER TABLE "products"
    ADD CONSTRAINT "products_amount" CHECK ("amount" >= 0),
    ADD CONSTRAINT "products_status" CHECK ("status" IN ('active', 'retired'));
