const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

function two(number: number): string {
  return String(number).padStart(2, '0')
}

/** `YY Mon DD HH:MM`, as `startdate` is written; the year comes first. The server's own time is UTC. */
export function startDate(seconds: number): string {
  const date = new Date(seconds * 1000)
  const day = `${two(date.getUTCFullYear() % 100)} ${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate())}`
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`
}

/** `Thu Nov 18 10:34:34 2014`, as `listsuspended` writes it. */
export function longDate(seconds: number): string {
  const date = new Date(seconds * 1000)
  const day = `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)}`
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':')
  return `${day} ${time} ${date.getUTCFullYear()}`
}

/** `YYYY-MM`, the key of a month's bandwidth. */
export function monthKey(year: number, month: number): string {
  return `${year}-${two(month)}`
}

/** Year and month (1–12) of a moment. */
export function monthOf(seconds: number): { year: number; month: number } {
  const date = new Date(seconds * 1000)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1 }
}
