import type { Upcaster } from '../upcast.ts'

/**
 * Every step from an older version of an event to the next, one file each: `upcasts/order-placed-v1.ts`.
 * The compatibility gate fails when a version that is not the newest has no step. None is needed yet.
 */
export const upcasts: readonly Upcaster[] = []
