import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { esbuildPlugin } from '@web/dev-server-esbuild'
import { defaultReporter } from '@web/test-runner'
import { chromeLauncher } from '@web/test-runner-chrome'

/** Ends with `N passed, N failed` and, for the test command, leaves the counts in the file it names. */
function countReporter() {
  return {
    stop({ sessions }) {
      const counts = { passed: 0, failed: 0, skipped: 0, empty: [] }
      for (const session of sessions) {
        const before = counts.passed + counts.failed + counts.skipped
        const visit = (suite) => {
          for (const test of suite?.tests ?? []) {
            if (test.skipped) counts.skipped++
            else if (test.passed) counts.passed++
            else counts.failed++
          }
          for (const child of suite?.suites ?? []) visit(child)
        }
        visit(session.testResults)
        const executed = counts.passed + counts.failed + counts.skipped - before
        if (session.errors.length > 0 || (!session.passed && executed === 0)) counts.failed++
        else if (executed === 0) {
          counts.failed++
          counts.empty.push(session.testFile ?? 'unknown file')
        }
      }
      const target = process.env.PROVISION_TEST_COUNTS
      if (target) writeFileSync(target, JSON.stringify(counts))
      process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed\n`)
    },
  }
}

export default {
  files: 'tests/widgets/**/*.test.ts',
  nodeResolve: true,
  // A page behind another one is given no animation frames, which tests wait for.
  concurrency: 1,
  plugins: [
    esbuildPlugin({
      ts: true,
      target: 'es2022',
      tsconfig: fileURLToPath(new URL('./tsconfig.json', import.meta.url)),
    }),
  ],
  browsers: [
    chromeLauncher({
      launchOptions: {
        ...(process.env.CHROME_PATH ? { executablePath: process.env.CHROME_PATH } : {}),
        args: [
          '--no-sandbox',
          '--disable-gpu',
          '--disable-dev-shm-usage',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
        ],
      },
    }),
  ],
  // Lit says on every page that it runs in development mode.
  filterBrowserLogs: ({ args }) =>
    !args.some((arg) => typeof arg === 'string' && arg.includes('Lit is in dev mode')),
  testFramework: { config: { timeout: 20_000 } },
  reporters: [
    defaultReporter({ reportTestResults: true, reportTestProgress: false }),
    countReporter(),
  ],
}
