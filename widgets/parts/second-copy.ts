import { VERSION } from '../session/version.ts'

let isSaid = false

/**
 * Says once in the console that the page loads these scripts twice.
 *
 * @param tag the first element that was there already
 * @param known the class that has it
 */
export function warnOfSecondCopy(tag: string, known: CustomElementConstructor): void {
  if (isSaid) return
  isSaid = true
  // Whoever defined it may be a version that does not say, or no element of ours.
  const { version } = known as { version?: unknown }
  const first = typeof version === 'string' ? `version ${version}` : 'another script'
  console.warn(
    `Provision Widgets ${VERSION} was loaded, but <${tag}> is defined by ${first}, which came first and stays. Load the scripts once.`,
  )
}
