import type { StepRow } from '../../db/operations.ts'

/** Why an operation waits while a step is read back, as it is stored: what is being found out, and by when it is known. */
export function checkingStep(
  step: Pick<StepRow, 'name' | 'quarantine_until'>,
  now: number,
): string {
  return JSON.stringify({
    code: 'waiting.checking',
    params: { what: `checking.${step.name}`, until: step.quarantine_until ?? now },
  })
}
