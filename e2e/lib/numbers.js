// Identity numbers of right form that were given to nobody: the county 53 99 98 is not assigned.

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// The `turn`-th of them, from 0 to 998.
export function nobodysNumber(turn) {
  const body = `53999819880607${String(turn).padStart(3, '0')}`;
  const sum = [...body].reduce((sum, digit, place) => sum + Number(digit) * WEIGHTS[place], 0);
  return body + '10X98765432'[sum % 11];
}
