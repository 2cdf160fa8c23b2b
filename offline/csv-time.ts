const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Kibana: `Nov 20, 2026 @ 08:30:00.123`. */
const KIBANA = /^([A-Za-z]{3}) (\d{1,2}), (\d{4}) @ (\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)$/;
/** Azure portal: `11/20/2026, 8:30:00.123 AM`. */
const AZURE = /^(\d{1,2})\/(\d{1,2})\/(\d{4}), (\d{1,2}):(\d{2}:\d{2}(?:\.\d{1,9})?) ([AP])M$/;

/** Dates as consoles show them, in the form of ISO 8601; every other text as it is. */
export function csvTime(text: string, isUtc: boolean): string {
  const zone = isUtc ? "Z" : "";
  const kibana = KIBANA.exec(text);
  if (kibana !== null) {
    const [, month = "", day = "", year = "", clock = ""] = kibana;
    const number = MONTHS.indexOf(month.toLowerCase()) + 1;
    return `${year}-${padded(number)}-${padded(day)}T${clock}${zone}`;
  }
  const azure = AZURE.exec(text);
  if (azure !== null) {
    const [, month = "", day = "", year = "", hour = "", rest = "", half] = azure;
    const hours = (Number(hour) % 12) + (half === "P" ? 12 : 0);
    return `${year}-${padded(month)}-${padded(day)}T${padded(hours)}:${rest}${zone}`;
  }
  return isUtc && ISO_WITHOUT_ZONE.test(text) ? `${text}Z` : text;
}

const ISO_WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?$/;

function padded(value: string | number): string {
  return String(value).padStart(2, "0");
}
