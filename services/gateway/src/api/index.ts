import { auth } from './auth.ts'
import type { Endpoint } from './endpoint.ts'
import { orders } from './orders.ts'
import { inventory, payments, risk } from './others.ts'
import { products } from './products.ts'
import { returns } from './returns.ts'
import { users } from './users.ts'

/** The whole public API. */
export const endpoints: readonly Endpoint[] = [...auth, ...users, ...products, ...orders, ...returns, ...payments, ...inventory, ...risk]
