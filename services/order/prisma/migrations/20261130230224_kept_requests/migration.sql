-- CreateTable
CREATE TABLE "kept_requests" (
    "requestId" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "refusal" JSONB,
    "decidedAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "kept_requests_pkey" PRIMARY KEY ("requestId")
);
