/**
 * The error function, its complement and inverse, and the normal distribution function in double
 * precision. JavaScript lacks them; the reference interpreter and the js backend share these.
 */

/** A polynomial, highest power first. */
const horner = (coefficients: readonly number[], x: number): number => {
  let sum = 0;
  for (let k = 0; k < coefficients.length; k++) sum = sum * x + (coefficients[k] as number);
  return sum;
};

// The coefficients of CALERF: W. J. Cody, "Rational Chebyshev approximations for the error
// function", Math. Comp. 23 (1969).
const centreTop = [
  1.85777706184603153e-1, 3.1611237438705656, 1.13864154151050156e2, 3.77485237685302021e2,
  3.20937758913846947e3,
];
const centreBottom = [
  1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3,
];
const middleTop = [
  2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1,
  2.98635138197400131e2, 8.8195222124176909e2, 1.71204761263407058e3, 2.05107837782607147e3,
  1.23033935479799725e3,
];
const middleBottom = [
  1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
  3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
];
const tailTop = [
  1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
  1.60837851487422766e-2, 6.58749161529837803e-4,
];
const tailBottom = [
  1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2,
  2.33520497626869185e-3,
];
/** Where the approximations meet. */
const centreEnd = 0.46875;
const middleEnd = 4;

const erfCentre = (x: number): number => {
  const z = x * x;
  return (x * horner(centreTop, z)) / horner(centreBottom, z);
};
/** e^(y^2) erfc(y) for y from `centreEnd` up. */
const scaledComplement = (y: number): number => {
  if (y <= middleEnd) return horner(middleTop, y) / horner(middleBottom, y);
  const z = 1 / (y * y);
  const rational = (z * horner(tailTop, z)) / horner(tailBottom, z);
  return (0.5641895835477562869 - rational) / y;
};
/**
 * e^(-y^2 weight) without the rounding error of y^2: y^2 = s^2 + (y - s)(y + s) with s in so few
 * bits that s^2 is exact. The weight is 1 or 1/2.
 */
const expMinusSquare = (y: number, weight: number): number => {
  const s = Math.trunc(y * 16) / 16;
  return Math.exp(-s * s * weight) * Math.exp(-(y - s) * (y + s) * weight);
};
/** Beyond this erfc is less than the least double. */
const complementEnd = 27.3;

/** The error function 2/sqrt(pi) times the integral of e^(-t^2) from 0 to x. */
export const erf = (x: number): number => {
  const y = Math.abs(x);
  if (!(y > centreEnd)) return erfCentre(x);
  if (y >= 6) return x > 0 ? 1 : -1;
  const complement = expMinusSquare(y, 1) * scaledComplement(y);
  // Written so that the last subtraction, which rounds, is of small numbers.
  return x > 0 ? 0.5 - complement + 0.5 : complement - 0.5 - 0.5;
};

/** 1 - erf(x), with all its digits where erf is near 1. */
export const erfc = (x: number): number => {
  const y = Math.abs(x);
  if (!(y > centreEnd)) return 1 - erfCentre(x);
  const complement = y > complementEnd ? 0 : expMinusSquare(y, 1) * scaledComplement(y);
  return x > 0 ? complement : 2 - complement;
};

/** The probability that a standard normal number is below x: erfc(-x / sqrt(2)) / 2. */
export const normalCdf = (x: number): number => {
  const size = Math.abs(x);
  const y = size * Math.SQRT1_2;
  if (!(y > centreEnd)) return 0.5 + 0.5 * erfCentre(x * Math.SQRT1_2);
  const tail = size > 39 ? 0 : 0.5 * (expMinusSquare(size, 0.5) * scaledComplement(y));
  return x > 0 ? 1 - tail : tail;
};

// M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied
// Statistics 37 (1988), PPND16.
const quantileTop = [
  2.5090809287301226727e3, 3.3430575583588128105e4, 6.726577092700870085e4, 4.5921953931549871457e4,
  1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.387132872796366608,
];
const quantileBottom = [
  5.226495278852854561e3, 2.8729085735721942674e4, 3.930789580009271061e4, 2.1213794301586595867e4,
  5.3941960214247511077e3, 6.871870074920579083e2, 4.2313330701600911252e1, 1,
];
const shoulderTop = [
  7.7454501427834140764e-4, 2.27238449892691845833e-2, 2.4178072517745061177e-1,
  1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959,
  1.42343711074968357734,
];
const shoulderBottom = [
  1.05075007164441684324e-9, 5.475938084995344946e-4, 1.51986665636164571966e-2,
  1.4810397642748007459e-1, 6.8976733498510000455e-1, 1.6763848301838038494, 2.05319162663775882187,
  1,
];
const farTop = [
  2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.2426609473880784386e-3,
  2.6532189526576123093e-2, 2.9656057182850489123e-1, 1.7848265399172913358, 5.4637849111641143699,
  6.6579046435011037772,
];
const farBottom = [
  2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
  7.868691311456132591e-4, 1.48753612908506148525e-2, 1.3692988092273580531e-1,
  5.9983220655588793769e-1, 1,
];

/** The y with erf(y) = x; +-1 gives +-infinity, beyond it is NaN. */
export const erfInv = (x: number): number => {
  const q = x / 2;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (Math.SQRT1_2 * q * horner(quantileTop, r)) / horner(quantileBottom, r);
  }
  if (Math.abs(x) === 1) return x * Number.POSITIVE_INFINITY;
  const r = Math.sqrt(-Math.log((1 - Math.abs(x)) / 2));
  const size =
    r <= 5
      ? horner(shoulderTop, r - 1.6) / horner(shoulderBottom, r - 1.6)
      : horner(farTop, r - 5) / horner(farBottom, r - 5);
  return (x < 0 ? -Math.SQRT1_2 : Math.SQRT1_2) * size;
};
