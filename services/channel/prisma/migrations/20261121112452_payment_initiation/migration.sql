-- AlterTable
ALTER TABLE "captures" ALTER COLUMN "requestedAt" DROP NOT NULL;

-- The rules that no bug in the code may break (Prisma's schema cannot say them).
ALTER TABLE "captures"
    DROP CONSTRAINT "captures_status",
    ADD CONSTRAINT "captures_status" CHECK ("status" IN ('initiated', 'pending', 'captured', 'declined')),
    ADD CONSTRAINT "captures_requested" CHECK (("status" = 'initiated') = ("requestedAt" IS NULL));
