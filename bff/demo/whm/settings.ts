import { DEFAULT_SETTINGS, type Settings } from './world.ts'

type Check = (value: unknown) => boolean

const text: Check = (value) => typeof value === 'string' && value.length <= 1_000
const truth: Check = (value) => typeof value === 'boolean'
const oneOf =
  (...allowed: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && allowed.includes(value)
const countOrNull: Check = (value) => value === null || isWhole(value, 0, 1_000_000_000)

function isWhole(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
}

function strengths(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { create, passwd, ...rest }: Record<string, unknown> = { ...value }
  return isWhole(create, 0, 100) && isWhole(passwd, 0, 100) && Object.keys(rest).length === 0
}

const CHECKS: Readonly<Record<keyof Settings, Check>> = {
  denial: oneOf('forbidden', 'result_0'),
  denial_text: text,
  lockout: oneOf('forbidden', 'result_0'),
  lockout_text: text,
  lockout_after: countOrNull,
  license_accounts: countOrNull,
  license_accounts_text: text,
  license_expired: truth,
  license_expired_text: text,
  rate_limit: countOrNull,
  locked_text: text,
  password_strength: strengths,
  unique_first_eight: truth,
  texts: oneOf('current', 'older'),
  remove_reseller_with_accounts: oneOf('orphans', 'refuses'),
  session_host: (value) => value === null || (text(value) && /^[\w.-]+$/.test(String(value))),
  session_ports: oneOf('own', 'services'),
  result_as_string: truth,
  random_key_order: truth,
}

/** Settings with some of them changed, or what is wrong with the change. */
export function patched(settings: Settings, change: unknown): Settings | string {
  if (typeof change !== 'object' || change === null || Array.isArray(change))
    return 'is not an object'
  for (const [key, value] of Object.entries(change)) {
    // The keys of CHECKS are those of Settings; whether this is one of them is what is asked.
    const check = Object.hasOwn(CHECKS, key) ? CHECKS[key as keyof Settings] : undefined
    if (check === undefined) return `${key} is not known`
    if (!check(value)) return `${key} has no good value`
  }
  return { ...DEFAULT_SETTINGS, ...settings, ...change }
}
