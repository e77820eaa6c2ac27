-- AlterTable
ALTER TABLE "reservations" ADD COLUMN     "refused" JSONB NOT NULL DEFAULT '[]';

-- CreateTable
CREATE TABLE "articles" (
    "sku" TEXT NOT NULL,
    "warehouses" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "articles_pkey" PRIMARY KEY ("sku")
);

-- CreateTable
CREATE TABLE "warehouses" (
    "warehouse" TEXT NOT NULL,
    "priority" INTEGER NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "warehouses_pkey" PRIMARY KEY ("warehouse")
);

-- The warehouses that have stock are there, the main one first. Skus that have stock are known before their ProductCreated is read again.
INSERT INTO "warehouses" ("warehouse", "priority") VALUES ('main', 1);
INSERT INTO "warehouses" ("warehouse", "priority") SELECT DISTINCT "warehouse", 100 FROM "stocks" WHERE "warehouse" <> 'main';
INSERT INTO "articles" ("sku", "warehouses") SELECT "sku", jsonb_agg("warehouse" ORDER BY "warehouse") FROM "stocks" GROUP BY "sku";
