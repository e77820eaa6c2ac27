-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "rules" (
    "name" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "points" INTEGER NOT NULL,
    "params" JSONB NOT NULL,
    "changedBy" TEXT NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "rules_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "profiles" (
    "userId" TEXT NOT NULL,
    "minutes" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "profiles_pkey" PRIMARY KEY ("userId")
);

-- CreateTable
CREATE TABLE "assessments" (
    "paymentId" TEXT NOT NULL,
    "orderId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "score" INTEGER NOT NULL,
    "level" TEXT NOT NULL,
    "reasons" JSONB NOT NULL,
    "decidedAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "assessments_pkey" PRIMARY KEY ("paymentId")
);

-- CreateIndex
CREATE INDEX "assessments_userId_decidedAt_idx" ON "assessments"("userId", "decidedAt" DESC);

-- The rules that no bug in the code may break (Prisma's schema cannot say them).
ALTER TABLE "rules"
    ADD CONSTRAINT "rules_points" CHECK ("points" BETWEEN 0 AND 100);
ALTER TABLE "profiles"
    ADD CONSTRAINT "profiles_bounded" CHECK (jsonb_array_length("minutes") <= 61);
ALTER TABLE "assessments"
    ADD CONSTRAINT "assessments_score" CHECK ("score" BETWEEN 0 AND 100),
    ADD CONSTRAINT "assessments_level" CHECK ("level" IN ('low', 'medium', 'high'));
