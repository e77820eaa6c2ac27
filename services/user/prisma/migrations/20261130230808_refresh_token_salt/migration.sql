-- AlterTable
ALTER TABLE "refresh_tokens" ADD COLUMN     "salt" BYTEA;
