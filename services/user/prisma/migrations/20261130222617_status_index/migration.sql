-- CreateIndex
CREATE INDEX "users_status_updatedAt_idx" ON "users"("status", "updatedAt");
