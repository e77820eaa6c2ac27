import { PrismaPg } from '@prisma/adapter-pg'

/**
 * The driver adapter for `new PrismaClient({ adapter })`.
 *
 * @param url `postgresql://user@host:port/database`
 * @param max most connections that the client's own pool opens
 */
export const prismaAdapter = (url: string, { max = 5 }: { max?: number } = {}): PrismaPg => new PrismaPg({ connectionString: url, max })
