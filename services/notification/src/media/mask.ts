/** A text of a mail server without the addresses in it. */
export const maskAddresses = (text: string): string => text.replaceAll(/[^\s<>"'(),;:@]+@[^\s<>"'(),;:@]+/g, '[address]')
