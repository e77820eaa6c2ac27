import type { z } from 'zod'

export type ServiceName = 'user' | 'product' | 'order' | 'payment' | 'inventory' | 'risk'
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** One operation of the public API. Validation, routing and the OpenAPI document are all made from these. */
export interface Endpoint {
  method: Method
  /** Below /api/v1, in OpenAPI's form: `/orders/{id}`. */
  path: string
  tag: string
  summary: string
  description?: string
  /** Who may call it. */
  access: 'anybody' | 'user' | 'admin'
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  /** Good answers by status. Problems are the same everywhere. */
  answers: Readonly<Record<number, { description: string; schema?: z.ZodType }>>
  /** The service that does it, and its path there. */
  service: ServiceName
  to: string
  /** Creates something under an id that the gateway mints: takes an Idempotency-Key. */
  creates?: boolean
  /** Good answers say by Location where it is. */
  located?: boolean
  /** What it creates belongs to the saga that its path names, and has another id. */
  within?: boolean
  /** Has another effect when it is done once more, so it is not sent again when it may have been done. */
  notAgain?: boolean
  /** Can be waited for by `Prefer: wait=N`. */
  waits?: boolean
  /** Answered by the gateway itself in a way of its own, after a look at the service. */
  special?: 'history' | 'stream'
}

/** Where the public API begins. */
export const prefix = '/api/v1'
