-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "recipients" (
    "userId" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "fullName" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "recipients_pkey" PRIMARY KEY ("userId")
);

-- CreateTable
CREATE TABLE "preferences" (
    "userId" TEXT NOT NULL,
    "email" BOOLEAN NOT NULL,
    "muted" JSONB NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "preferences_pkey" PRIMARY KEY ("userId")
);

-- CreateTable
CREATE TABLE "notifications" (
    "cause" TEXT NOT NULL,
    "notificationId" TEXT NOT NULL,
    "orderId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "template" TEXT NOT NULL,
    "medium" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "detail" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "notifications_pkey" PRIMARY KEY ("cause")
);

-- CreateIndex
CREATE UNIQUE INDEX "notifications_notificationId_key" ON "notifications"("notificationId");

-- CreateIndex
CREATE INDEX "notifications_orderId_idx" ON "notifications"("orderId");

-- The rules that no bug in the code may break (Prisma's schema cannot say them).
ALTER TABLE "notifications"
    ADD CONSTRAINT "notifications_medium" CHECK ("medium" IN ('email', 'log')),
    ADD CONSTRAINT "notifications_status" CHECK ("status" IN ('pending', 'sent', 'failed'));
