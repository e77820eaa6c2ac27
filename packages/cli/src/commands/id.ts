import { newId } from '../ids.ts'
import type { Result } from '../output.ts'

/** `murmur id` */
export const id = (): Promise<Result> => {
  const fresh = newId()
  return Promise.resolve({ json: { id: fresh }, text: fresh })
}
