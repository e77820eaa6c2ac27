import { InvalidArgumentError } from 'commander'

/** For an option's `argParser`: reads a number within bounds, or says which was expected. */
export const within =
  (from: number, to: number, whole: boolean) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= from && value <= to) || (whole && !Number.isInteger(value)))
      throw new InvalidArgumentError(`Expected ${whole ? 'a whole number' : 'a number'} from ${from} to ${to}.`)
    return value
  }
