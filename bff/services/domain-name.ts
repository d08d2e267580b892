const DOMAIN =
  /^(?=.{3,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Brings a domain name into its one form: lower case, without a trailing dot. Pure.
 *
 * @returns undefined when it is none
 */
export function normalDomain(typed: string): string | undefined {
  const name = typed.trim().toLowerCase().replace(/\.$/, '')
  return DOMAIN.test(name) ? name : undefined
}

/** Whether two domain names are the same name. */
export function sameDomain(a: string, b: string): boolean {
  const first = normalDomain(a)
  return first !== undefined && first === normalDomain(b)
}
