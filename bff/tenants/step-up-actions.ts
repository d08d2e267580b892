import type { StepUpPolicy } from '../auth/step-up.ts'
import type { Provider } from '../providers/provider.ts'

/**
 * The actions of a policy that there are none of: a rule for `delte` would leave `delete` open, and nobody would know.
 * Pure.
 */
export function unknownActions(
  policy: StepUpPolicy | null | undefined,
  provider: Pick<Provider, 'actions'>,
): string[] {
  const known = new Set(provider.actions.map(({ name }) => name))
  return Object.keys(policy ?? {}).filter((name) => !known.has(name))
}
