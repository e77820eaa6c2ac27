export * from './connect.ts'
export * from './limiter.ts'
