import { prismaAdapter } from '@murmuration/database'
import { PrismaClient } from './prisma/client.ts'

export type Database = PrismaClient

export const openDatabase = (url: string): Database => new PrismaClient({ adapter: prismaAdapter(url, { max: 5 }) })
