// `npm run pages`: brings the page on operations up to date with what it is made from.
import { writeFileSync } from 'node:fs'
import { PAGE, page } from './page.ts'

writeFileSync(PAGE, page())
