/** Freezes a value with all that it holds: whoever changes it fails at once. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    // Asked for before, as V8 takes long over the values of a frozen object.
    const parts = Object.values(value)
    Object.freeze(value)
    for (const part of parts) deepFreeze(part)
  }
  return value
}
