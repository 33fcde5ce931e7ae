/* eigen - eigenvectors of small symmetric matrices */

#ifndef EIGEN_H
#define EIGEN_H

#include <stddef.h>

/*
 * The n eigenvalues of the symmetric matrix a (n, n), largest first, in
 * value[0..n), and the eigenvector of each, unit length, in a row of vector
 * (n, n).  a is overwritten.  Nothing can fail; the work is O(n^3), some ten
 * sweeps of Jacobi's rotations.
 * G. H. Golub, C. F. Van Loan, "Matrix Computations", 8.5.
 */
void eigen_symmetric(double *a, size_t n, double *value, double *vector);

#endif
