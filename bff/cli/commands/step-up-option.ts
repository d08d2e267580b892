import type { StepUpPolicy, StepUpRule } from '../../auth/step-up.ts'

const HOW = 'such as --step-up delete:max-age=300,acr=urn:example:two-factor'

function ruleOf(parts: readonly string[], whole: string): StepUpRule {
  const rule: { max_age?: number; acr_values?: string[] } = {}
  for (const part of parts) {
    const [, name, value] = /^(max-age|acr)=(.+)$/.exec(part) ?? []
    if (name === 'max-age' && rule.max_age === undefined) rule.max_age = Number(value)
    else if (name === 'acr' && value !== undefined)
      rule.acr_values = [...(rule.acr_values ?? []), value]
    else throw new Error(`--step-up ${whole} is not understood: ${HOW}.`)
  }
  return rule
}

/**
 * Reads `--step-up ACTION:max-age=SECONDS,acr=VALUE,…`, once per action. What a rule may ask for is for the BFF to say.
 *
 * @returns undefined where the option was not given; `null` for `--step-up none`: no action asks for anything
 * @throws {Error} in words, for what is not written so
 */
export function stepUpOption(
  values: readonly string[] | undefined,
): StepUpPolicy | null | undefined {
  if (values === undefined) return undefined
  if (values.length === 1 && values[0] === 'none') return null
  const rules = new Map<string, StepUpRule>()
  for (const value of values) {
    const colon = value.indexOf(':')
    const action = value.slice(0, Math.max(colon, 0))
    if (action === '') throw new Error(`--step-up ${value} names no action: ${HOW}.`)
    if (rules.has(action)) throw new Error(`--step-up ${action} is given twice.`)
    rules.set(action, ruleOf(value.slice(colon + 1).split(','), value))
  }
  return Object.fromEntries(rules)
}
