//go:build !purego

#include "textflag.h"

// Four parameters at a time, with separate multiplications and additions: each lane
// has the bits that the Go loop has. n is a multiple of 4.

// func plainAVX2(x, grad *float64, n int, lr float64)
TEXT ·plainAVX2(SB), NOSPLIT, $0-32
	MOVQ         x+0(FP), DI
	MOVQ         grad+8(FP), SI
	MOVQ         n+16(FP), CX
	VBROADCASTSD lr+24(FP), Y0
	XORQ         AX, AX

plain:
	VMULPD  (SI)(AX*8), Y0, Y1
	VMOVUPD (DI)(AX*8), Y2
	VSUBPD  Y1, Y2, Y2
	VMOVUPD Y2, (DI)(AX*8)
	ADDQ    $4, AX
	CMPQ    AX, CX
	JLT     plain
	VZEROUPPER
	RET

// func momentumAVX2(x, v, grad *float64, n int, lr, mu float64)
TEXT ·momentumAVX2(SB), NOSPLIT, $0-48
	MOVQ         x+0(FP), DI
	MOVQ         v+8(FP), DX
	MOVQ         grad+16(FP), SI
	MOVQ         n+24(FP), CX
	VBROADCASTSD lr+32(FP), Y0
	VBROADCASTSD mu+40(FP), Y1
	XORQ         AX, AX

momentum:
	VMULPD  (DX)(AX*8), Y1, Y2
	VADDPD  (SI)(AX*8), Y2, Y2   // v = μv + g
	VMOVUPD Y2, (DX)(AX*8)
	VMULPD  Y2, Y0, Y2
	VMOVUPD (DI)(AX*8), Y3
	VSUBPD  Y2, Y3, Y3           // x − lr·v
	VMOVUPD Y3, (DI)(AX*8)
	ADDQ    $4, AX
	CMPQ    AX, CX
	JLT     momentum
	VZEROUPPER
	RET

// func adamAVX2(x, m, v, grad *float64, n int, c *adamConstants)
TEXT ·adamAVX2(SB), NOSPLIT, $0-48
	MOVQ         x+0(FP), DI
	MOVQ         m+8(FP), DX
	MOVQ         v+16(FP), BX
	MOVQ         grad+24(FP), SI
	MOVQ         n+32(FP), CX
	MOVQ         c+40(FP), R8
	VBROADCASTSD 0(R8), Y0      // l2
	VBROADCASTSD 8(R8), Y1      // β₁
	VBROADCASTSD 16(R8), Y2     // 1−β₁
	VBROADCASTSD 24(R8), Y3     // β₂
	VBROADCASTSD 32(R8), Y4     // 1−β₂
	VBROADCASTSD 40(R8), Y5     // rate
	VBROADCASTSD 48(R8), Y6     // scale
	VBROADCASTSD 56(R8), Y7     // ε
	VBROADCASTSD 64(R8), Y8     // shrink
	XORQ         AX, AX

adam:
	VMOVUPD (DI)(AX*8), Y9
	VMULPD  Y9, Y0, Y10
	VADDPD  (SI)(AX*8), Y10, Y10 // g + l2·x
	VMULPD  (DX)(AX*8), Y1, Y11
	VMULPD  Y10, Y2, Y12
	VADDPD  Y12, Y11, Y11
	VMOVUPD Y11, (DX)(AX*8)      // m
	VMULPD  Y10, Y10, Y10
	VMULPD  Y10, Y4, Y10
	VMULPD  (BX)(AX*8), Y3, Y12
	VADDPD  Y10, Y12, Y12
	VMOVUPD Y12, (BX)(AX*8)      // v
	VSQRTPD Y12, Y12
	VMULPD  Y6, Y12, Y12
	VADDPD  Y7, Y12, Y12         // √v·scale + ε
	VMULPD  Y11, Y5, Y11
	VDIVPD  Y12, Y11, Y11        // rate·m / that
	VMULPD  Y9, Y8, Y9
	VSUBPD  Y11, Y9, Y9
	VMOVUPD Y9, (DI)(AX*8)
	ADDQ    $4, AX
	CMPQ    AX, CX
	JLT     adam
	VZEROUPPER
	RET
