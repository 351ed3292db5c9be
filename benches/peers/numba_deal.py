"""The reference deal in Numba as a careful practitioner writes it: own xoshiro256++, ziggurat, BTRS/BINV binomials, Marsaglia-Tsang."""
import sys, time, math
import numpy as np

from figures import COLUMNS, show
from numba import njit, prange, set_num_threads, uint64, float64
Q, K, N0, M = 24, 12, 150, 100
U = np.uint64
zx = np.zeros(257); r_ = 3.6541528853610088; v_ = 4.92867323399e-3
zx[0] = v_/math.exp(-0.5*r_*r_); zx[1] = r_
for i in range(2, 256): zx[i] = math.sqrt(-2*math.log(v_/zx[i-1]+math.exp(-0.5*zx[i-1]**2)))
zr = zx[1:]/zx[:256]
lf = np.array([math.lgamma(i+1) for i in range(4096)])
@njit(inline='always')
def nxt(s):
    a = s[0] + s[3]
    res = ((a << U(23)) | (a >> U(41))) + s[0]
    t = s[1] << U(17)
    s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t
    s[3] = (s[3] << U(45)) | (s[3] >> U(19))
    return res
@njit
def seedr(s, x):
    for i in range(4):
        x += U(0x9e3779b97f4a7c15); z = x
        z = (z ^ (z >> U(30))) * U(0xbf58476d1ce4e5b9); z = (z ^ (z >> U(27))) * U(0x94d049bb133111eb)
        s[i] = z ^ (z >> U(31))
@njit(inline='always')
def uni(s): return float64(nxt(s) >> U(11)) * 1.1102230246251565e-16
@njit(inline='always')
def unip(s): return (float64(nxt(s) >> U(11)) + 0.5) * 1.1102230246251565e-16
@njit
def norm(s):
    while True:
        b = nxt(s); i = int(b & U(255)); u = 2.0*(float64(b >> U(11))*1.1102230246251565e-16) - 1.0
        if abs(u) < zr[i]: return u*zx[i]
        if i == 0:
            while True:
                x = math.log(unip(s))/3.6541528853610088; y = math.log(unip(s))
                if not (-2*y < x*x): break
            return x - 3.6541528853610088 if u < 0 else 3.6541528853610088 - x
        x = u*zx[i]; f0 = math.exp(-0.5*(zx[i]*zx[i]-x*x)); f1 = math.exp(-0.5*(zx[i+1]*zx[i+1]-x*x))
        if f1 + unip(s)*(f0-f1) < 1.0: return x
@njit
def gam(s, a):
    d = a-1/3; c = 1/math.sqrt(9*d)
    while True:
        x = norm(s); v = 1+c*x
        if v <= 0: continue
        v = v*v*v; u = unip(s)
        if u < 1-0.0331*x*x*x*x: return d*v
        if math.log(u) < 0.5*x*x+d*(1-v+math.log(v)): return d*v
@njit
def beta(s, a, b):
    x = gam(s, a); return x/(x+gam(s, b))
@njit
def binom(s_, n, p):
    if n <= 0 or p <= 0: return 0
    if p >= 1: return n
    flip = p > 0.5
    if flip: p = 1-p
    k = 0
    if n*p < 10:
        q = 1-p; s = p/q; a = (n+1)*s; f = q**n
        while True:
            u = uni(s_); g = f; k = 0
            while u > g and k <= n:
                u -= g; k += 1; g *= a/k-s
            if k <= n: break
    else:
        spq = math.sqrt(n*p*(1-p)); b = 1.15+2.53*spq; aa = -0.0873+0.0248*b+0.01*p; c = n*p+0.5; al = (2.83+5.1/b)*spq; vr = 0.92-4.2/b
        m = int((n+1)*p); have = False; lpq = 0.0; h = 0.0
        while True:
            v = uni(s_); u = uni(s_)-0.5; us = 0.5-abs(u); k = int(math.floor((2*aa/us+b)*u+c))
            if us >= 0.07 and v <= vr: break
            if k < 0 or k > n: continue
            if not have:
                lpq = math.log(p/(1-p)); h = lf[m]+lf[n-m]; have = True
            if math.log(v*al/(aa/(us*us)+b)) <= h-lf[k]-lf[n-k]+(k-m)*lpq: break
    return n-k if flip else k
@njit
def irr(f):
    neg = False; pos = False
    for t in range(Q):
        neg |= f[t] < 0; pos |= f[t] > 0
    if not neg: return np.nan
    if not pos: return -1.0
    lo, hi, x = -0.9, 1.0, 0.0
    for _ in range(40):
        v = 1/(1+x); F = 0.0; G = 0.0
        for t in range(Q-1, -1, -1):
            G = G*v+F; F = F*v+f[t]
        g = -G*v*v
        if F > 0: lo = x
        else: hi = x
        nx = x-F/g if g != 0 else 0.5*(lo+hi)
        if not (nx > lo and nx < hi): nx = 0.5*(lo+hi)
        if abs(nx-x) < 1e-12:
            x = nx; break
        x = nx
    return (1+x)**4-1
@njit
def bparams(m, s):
    k = m*(1-m)/s**2-1
    return m*k, (1-m)*k
@njit(parallel=True, error_model='numpy')
def simulate(trials, seed, block):
    out = np.zeros((10, trials)); nb = (trials+block-1)//block
    phi = 0.945742; sd = 1.5*math.sqrt(1-phi*phi)
    ac, bc = bparams(0.80, 0.05); aq, bq = bparams(0.50, 0.04); ar, br = bparams(0.70, 0.05)
    rj = 1.09**0.25; rs = 1.05**0.25
    for b in prange(nb):
        R = np.empty(4, np.uint64); seedr(R, U(seed*1000003+b))
        u = np.empty(Q); due = np.empty(Q); fs = np.empty(Q); fj = np.empty(Q); mat = np.empty(K, np.int64); com = np.empty(K, np.int64)
        for i in range(b*block, min(trials, (b+1)*block)):
            n = int(math.floor(N0*min(math.exp(-0.07+0.2*norm(R)), 1.2)+0.5))
            u[0] = 1.5*norm(R)
            for t in range(1, Q): u[t] = phi*u[t-1]+sd*norm(R)
            c = beta(R, ac, bc); q0 = beta(R, aq, bq); d = 0.08+0.04*norm(R); r = beta(R, ar, br)
            for t in range(Q): due[t] = 0.0
            placed = 0; kept = 0
            for k in range(K):
                s = 0.015*u[k+2]; p0 = min(max(q0-s, 0.0), 1.0); p1 = min(max(q0+d-s, 0.0), 1.0)
                comp = binom(R, n, c); m = binom(R, binom(R, n, p1), 0.93); com[k] = binom(R, binom(R, M, p0), 0.93); rt = binom(R, m, r)
                mat[k] = m; placed += m; kept += rt
                due[k] += 250.0*n; due[k+3] += 700.0*comp; due[k+4] += 1900.0*m; due[k+6] += 3600.0*rt
            for y in range(3):
                a = 0; e = 0
                for k in range(4*y, 4*y+4): a += mat[k]; e += com[k]
                g = a/(4*n)-e/(4*M)
                due[4*y+7] += 500e3 if g >= 0.10 else 300e3 if g >= 0.06 else 150e3 if g >= 0.03 else 0.0
            ov = math.exp(0.1*norm(R))
            total = 0.0; year = 0.0; cash = 0.0; lg = 600e3; lj = 900e3; ls = 2400e3; oj = 0.0; os_ = 0.0; short = 0.0; prov = 0.0; dsum = 0.0
            a = 0.0; e = 0.0; a2 = 0.0; e2 = 0.0
            for t in range(Q):
                if t % 4 == 0: year = 0.0
                dsum += due[t]; p = min(due[t], min(2.1e6-year, 7.0e6-total)); year += p; total += p
                cash += p; oj *= rj; os_ *= rs
                cost = ((120e3 if t <= 13 else 0.0)+(2400.0*n if t < K else 0.0))*ov
                use = min(cash, cost); cash -= use; cost -= use
                x = min(lg, cost); lg -= x; cost -= x
                xj = min(lj, cost); lj -= xj; cost -= xj; oj += xj
                xs = min(ls, cost); ls -= xs; cost -= xs; os_ += xs
                short += cost; gs = 0.0; gj = 0.0
                if t >= 14:
                    gs = min(cash, os_); os_ -= gs; cash -= gs
                    gj = min(cash, oj); oj -= gj; cash -= gj
                    gj += 0.8*cash; prov += 0.2*cash; cash = 0.0
                fs[t] = gs-xs; fj[t] = gj-xj
                a += max(fs[t], 0.0); e -= min(fs[t], 0.0); a2 += max(fj[t], 0.0); e2 -= min(fj[t], 0.0)
            out[0, i] = total; out[1, i] = 1.0 if dsum > 7.0e6 else 0.0; out[2, i] = placed; out[3, i] = kept; out[4, i] = prov; out[5, i] = short
            out[6, i] = irr(fs); out[7, i] = irr(fj); out[8, i] = a/max(e, 1e-9); out[9, i] = a2/max(e2, 1e-9)
    return out
def main():
    trials, seed, threads = int(float(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1
    set_num_threads(threads)
    simulate(1000, 1, 500)  # compiled before the clock starts
    start = time.perf_counter()
    o = simulate(trials, seed, 2000)
    show(dict(zip(COLUMNS, o)), time.perf_counter() - start)


if __name__ == "__main__":
    main()
