// A reporter for node's test runner, which loads reporters before any loader for TypeScript: plain JavaScript.
import { resolve } from 'node:path'

/**
 * Yields one line of JSON: how many tests passed, failed, were skipped, and which files executed none.
 *
 * Counts tests, not suites and not the wrapper node puts around a file. A suite counts when it fails for a reason of its
 * own (a hook), and a file when it cannot be loaded, crashes or executes no test.
 *
 * @param {AsyncIterable<import('node:test/reporters').TestEvent>} source
 */
export default async function* countReporter(source) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  /** @type {string[]} */
  const empty = []
  for await (const { type, data } of source) {
    if (type === 'test:pass') {
      if (data.details.type === 'suite') continue
      if (data.nesting === 0 && data.file !== undefined && resolve(data.name) === data.file) {
        empty.push(data.file)
        counts.failed++
      } else if (data.skip !== undefined || data.todo !== undefined) counts.skipped++
      else counts.passed++
    } else if (type === 'test:fail') {
      if (data.todo !== undefined) counts.skipped++
      else if (data.details.error.failureType !== 'subtestsFailed') counts.failed++
    }
  }
  yield `${JSON.stringify({ ...counts, empty })}\n`
}
