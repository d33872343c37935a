-- AlterTable
ALTER TABLE "edges" ADD COLUMN     "report" BIGINT;
