// The reference deal of numpy_deal.py in plain C, one trial after another: gcc -O3 -march=native deal.c -lm -lpthread.
// xoshiro256++, ziggurat normals; binomials by BTRS (Hormann) where n*p >= 10, else by inversion; beta from two gammas
// (Marsaglia-Tsang).
//
//     deal TRIALS SEED THREADS FILE
//
// prints the seconds of the simulation, and writes ten columns of doubles to FILE in the order of figures.py.
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#define Q 24
#define K 12
#define N0 150
#define M 100
static inline double mn(double a, double b) { return a < b ? a : b; }
static inline double mx(double a, double b) { return a > b ? a : b; }
typedef struct {
    uint64_t s[4];
} rng;
static inline uint64_t rotl(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
static inline uint64_t nextu(rng *r) {
    uint64_t *s = r->s;
    uint64_t res = rotl(s[0] + s[3], 23) + s[0];
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return res;
}
static uint64_t sm(uint64_t *x) {
    uint64_t z = (*x += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}
static void seedr(rng *r, uint64_t s) {
    for (int i = 0; i < 4; i++)
        r->s[i] = sm(&s);
}
static inline double uni(rng *r) { return (nextu(r) >> 11) * 0x1p-53; }
static inline double unip(rng *r) { return ((nextu(r) >> 11) + 0.5) * 0x1p-53; }
// ziggurat
static double zx[257], zr[256];
static void zigset(void) {
    double v = 4.92867323399e-3, r = 3.6541528853610088;
    zx[0] = v / exp(-0.5 * r * r);
    zx[1] = r;
    for (int i = 2; i < 256; i++)
        zx[i] = sqrt(-2 * log(v / zx[i - 1] + exp(-0.5 * zx[i - 1] * zx[i - 1])));
    zx[256] = 0;
    for (int i = 0; i < 256; i++)
        zr[i] = zx[i + 1] / zx[i];
}
static inline double norm(rng *r) {
    for (;;) {
        uint64_t b = nextu(r);
        int i = b & 255;
        double u = 2.0 * ((b >> 11) * 0x1p-53) - 1.0;
        if (fabs(u) < zr[i])
            return u * zx[i];
        if (i == 0) {
            double x, y;
            do {
                x = log(unip(r)) / 3.6541528853610088;
                y = log(unip(r));
            } while (-2 * y < x * x);
            return u < 0 ? x - 3.6541528853610088 : 3.6541528853610088 - x;
        }
        double x = u * zx[i];
        double f0 = exp(-0.5 * (zx[i] * zx[i] - x * x)), f1 = exp(-0.5 * (zx[i + 1] * zx[i + 1] - x * x));
        if (f1 + unip(r) * (f0 - f1) < 1.0)
            return x;
    }
}
static inline double gam(rng *r, double a) {
    double d = a - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        double x, v;
        do {
            x = norm(r);
            v = 1 + c * x;
        } while (v <= 0);
        v = v * v * v;
        double u = unip(r);
        if (u < 1 - 0.0331 * x * x * x * x)
            return d * v;
        if (log(u) < 0.5 * x * x + d * (1 - v + log(v)))
            return d * v;
    }
}
static inline double beta(rng *r, double a, double b) {
    double x = gam(r, a), y = gam(r, b);
    return x / (x + y);
}
static double lf[4096];
static inline double stir(int k) { return lf[k]; }
static inline int binom(rng *r, int n, double p) {
    if (n <= 0 || p <= 0)
        return 0;
    if (p >= 1)
        return n;
    int flip = p > 0.5;
    if (flip)
        p = 1 - p;
    int k;
    if (n * p < 10) {
        double q = 1 - p, s = p / q, a = (n + 1) * s, f = pow(q, n);
        for (;;) {
            double u = uni(r), g = f;
            k = 0;
            while (u > g && k <= n) {
                u -= g;
                k++;
                g *= a / k - s;
            }
            if (k <= n)
                break;
        }
    } else {
        double spq = sqrt(n * p * (1 - p)), b = 1.15 + 2.53 * spq, aa = -0.0873 + 0.0248 * b + 0.01 * p,
               c = n * p + 0.5, al = (2.83 + 5.1 / b) * spq, vr = 0.92 - 4.2 / b;
        int m = (int)((n + 1) * p);
        double lpq = 0, h = 0;
        int have = 0;
        for (;;) {
            double v = uni(r);
            double u = uni(r) - 0.5;
            double us = 0.5 - fabs(u);
            double kk = floor((2 * aa / us + b) * u + c);
            k = (int)kk;
            if (us >= 0.07 && v <= vr)
                break;
            if (k < 0 || k > n)
                continue;
            if (!have) {
                lpq = log(p / (1 - p));
                h = lf[m] + lf[n - m];
                have = 1;
            }
            double lv = log(v * al / (aa / (us * us) + b));
            if (lv <= h - lf[k] - lf[n - k] + (k - m) * lpq)
                break;
        }
    }
    return flip ? n - k : k;
}
static double irr(const double *f) {
    int neg = 0, pos = 0;
    for (int t = 0; t < Q; t++) {
        neg |= f[t] < 0;
        pos |= f[t] > 0;
    }
    if (!neg)
        return NAN;
    if (!pos)
        return -1;
    double lo = -0.9, hi = 1, x = 0;
    for (int it = 0; it < 40; it++) {
        double v = 1 / (1 + x), F = 0, G = 0;
        for (int t = Q - 1; t >= 0; t--) {
            G = G * v + F;
            F = F * v + f[t];
        } // F=sum f v^t, G = dF/dv
        double g = -G * v * v;
        if (F > 0)
            lo = x;
        else
            hi = x;
        double nx = g != 0 ? x - F / g : 0.5 * (lo + hi);
        if (!(nx > lo && nx < hi))
            nx = 0.5 * (lo + hi);
        if (fabs(nx - x) < 1e-12) {
            x = nx;
            break;
        }
        x = nx;
    }
    double y = 1 + x;
    return y * y * y * y - 1;
}
typedef struct {
    long from, to;
    uint64_t seed;
    double *o;
    long T;
} job;
static void bp(double m, double s, double *a, double *b) {
    double k = m * (1 - m) / (s * s) - 1;
    *a = m * k;
    *b = (1 - m) * k;
}
static void *work(void *p_) {
    job *J = p_;
    long T = J->T;
    double *o = J->o;
    double ac, bc, aq, bq, ar, br;
    bp(.8, .05, &ac, &bc);
    bp(.5, .04, &aq, &bq);
    bp(.7, .05, &ar, &br);
    const double phi = 0.945742, sd = 1.5 * sqrt(1 - phi * phi), rj = pow(1.09, .25), rs = pow(1.05, .25);
    for (long blk = J->from; blk < J->to; blk++) {
        rng R;
        seedr(&R, J->seed * 1000003ull + blk);
        for (long i = blk * 2000; i < (blk + 1) * 2000 && i < T; i++) {
            int n = (int)floor(N0 * mn(exp(-0.07 + 0.2 * norm(&R)), 1.2) + 0.5);
            double u[Q];
            u[0] = 1.5 * norm(&R);
            for (int t = 1; t < Q; t++)
                u[t] = phi * u[t - 1] + sd * norm(&R);
            double c = beta(&R, ac, bc), q0 = beta(&R, aq, bq), d = 0.08 + 0.04 * norm(&R), r = beta(&R, ar, br);
            double due[Q];
            memset(due, 0, sizeof due);
            int placed = 0, kept = 0, mat[K], com[K];
            for (int k = 0; k < K; k++) {
                double s = .015 * u[k + 2];
                double p0 = mn(mx(q0 - s, 0), 1), p1 = mn(mx(q0 + d - s, 0), 1);
                int comp = binom(&R, n, c), m = binom(&R, binom(&R, n, p1), .93);
                com[k] = binom(&R, binom(&R, M, p0), .93);
                int rt = binom(&R, m, r);
                mat[k] = m;
                placed += m;
                kept += rt;
                due[k] += 250. * n;
                due[k + 3] += 700. * comp;
                due[k + 4] += 1900. * m;
                due[k + 6] += 3600. * rt;
            }
            for (int y = 0; y < 3; y++) {
                int a = 0, e = 0;
                for (int k = 4 * y; k < 4 * y + 4; k++) {
                    a += mat[k];
                    e += com[k];
                }
                double g = a / (4. * n) - e / (4. * M);
                due[4 * y + 7] += g >= .1 ? 500e3 : g >= .06 ? 300e3 : g >= .03 ? 150e3 : 0;
            }
            double ov = exp(.1 * norm(&R)), total = 0, year = 0, cash = 0, lg = 600e3, lj = 900e3, ls = 2400e3, oj = 0,
                   os = 0, sh = 0, prov = 0, ds = 0, fs[Q], fj[Q];
            for (int t = 0; t < Q; t++) {
                if (t % 4 == 0)
                    year = 0;
                ds += due[t];
                double p = mn(due[t], mn(2.1e6 - year, 7e6 - total));
                year += p;
                total += p;
                cash += p;
                oj *= rj;
                os *= rs;
                double cost = ((t <= 13 ? 120e3 : 0) + (t < K ? 2400. * n : 0)) * ov;
                fs[t] = fj[t] = 0;
                double use = mn(cash, cost);
                cash -= use;
                cost -= use;
                double x = mn(lg, cost);
                lg -= x;
                cost -= x;
                x = mn(lj, cost);
                lj -= x;
                cost -= x;
                oj += x;
                fj[t] -= x;
                x = mn(ls, cost);
                ls -= x;
                cost -= x;
                os += x;
                fs[t] -= x;
                sh += cost;
                if (t >= 14) {
                    x = mn(cash, os);
                    os -= x;
                    cash -= x;
                    fs[t] += x;
                    x = mn(cash, oj);
                    oj -= x;
                    cash -= x;
                    fj[t] += x;
                    fj[t] += .8 * cash;
                    prov += .2 * cash;
                    cash = 0;
                }
            }
            o[i] = total;
            o[T + i] = ds > 7e6;
            o[2 * T + i] = placed;
            o[3 * T + i] = kept;
            o[4 * T + i] = prov;
            o[5 * T + i] = sh;
            o[6 * T + i] = irr(fs);
            o[7 * T + i] = irr(fj);
            double a = 0, e = 0, a2 = 0, e2 = 0;
            for (int t = 0; t < Q; t++) {
                a += mx(fs[t], 0);
                e -= mn(fs[t], 0);
                a2 += mx(fj[t], 0);
                e2 -= mn(fj[t], 0);
            }
            o[8 * T + i] = a / mx(e, 1e-9);
            o[9 * T + i] = a2 / mx(e2, 1e-9);
        }
    }
    return 0;
}
static double wall(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}
int main(int c, char **v) {
    if (c != 5)
        return 2;
    long T = (long)atof(v[1]);
    uint64_t seed = atol(v[2]);
    int th = atoi(v[3]);
    zigset();
    lf[0] = 0;
    for (int i = 1; i < 4096; i++)
        lf[i] = lf[i - 1] + log(i);
    double *o = malloc(10 * T * sizeof(double));
    memset(o, 0, 10 * T * sizeof(double));
    double w0 = wall();
    long nb = (T + 1999) / 2000;
    job J[16];
    pthread_t P[16];
    for (int j = 0; j < th; j++) {
        J[j] = (job){nb * j / th, nb * (j + 1) / th, seed, o, T};
        pthread_create(&P[j], 0, work, &J[j]);
    }
    for (int j = 0; j < th; j++)
        pthread_join(P[j], 0);
    printf("%.6f\n", wall() - w0);
    FILE *f = fopen(v[4], "wb");
    if (!f || fwrite(o, 8, 10 * T, f) != (size_t)(10 * T))
        return 1;
    return fclose(f);
}
