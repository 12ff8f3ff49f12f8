const pad = (value: number): string => String(value).padStart(2, '0');

/** Labels of a time axis, with digits only and so the same in every language: 09:53:24, 09:53 or 11-24. */
export function axisTimes(seconds: readonly number[]): string[] {
  const step = seconds.length > 1 ? seconds[1]! - seconds[0]! : 60;
  return seconds.map((at) => {
    const time = new Date(at * 1000);
    const day = `${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;
    if (step >= 86_400) return day;
    const clock = `${pad(time.getHours())}:${pad(time.getMinutes())}`;
    if (step < 60) return `${clock}:${pad(time.getSeconds())}`;
    return step >= 21_600 ? `${day} ${clock}` : clock;
  });
}
