export * from './arithmetic.ts'
export * from './bill.ts'
export * from './format.ts'
export * from './money.ts'
