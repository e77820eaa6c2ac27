/**
 * Hash of a saga id, evenly spread over [0, 1): FNV-1a with a final avalanche, because ids of one moment differ in few characters.
 * Part of the contract between processes: changing it splits sagas during a rolling deployment.
 */
export const sagaHash = (sagaId: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < sagaId.length; i++) hash = Math.imul(hash ^ sagaId.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/** Whether a saga is among the share that is sampled, in every process alike. */
export const isSagaSampled = (sagaId: string, ratio: number): boolean => sagaHash(sagaId) < ratio
