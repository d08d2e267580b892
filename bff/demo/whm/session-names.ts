import { secret } from './random.ts'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** `/cpsess` and ten digits. */
export function randomCpsess(): string {
  return `/cpsess${secret(10, '0123456789')}`
}

/** `USER:SECRET`, the name of a session. */
export function sessionId(user: string): string {
  return `${user}:${secret(64, LETTERS)}`
}
