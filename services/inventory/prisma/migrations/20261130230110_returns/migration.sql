-- AlterTable
ALTER TABLE "reservations" ADD COLUMN     "returns" JSONB NOT NULL DEFAULT '[]';
