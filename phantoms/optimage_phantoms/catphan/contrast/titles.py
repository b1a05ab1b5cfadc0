# SPDX-License-Identifier: LGPL-3.0-or-later
"""What people read for the measurements of the low-contrast module, by key."""

from optimage.api import N_

CONTRASTS = {
    "contrast_15mm_1_0": N_("Contrast, rod of 15 mm and 1.0 %"),
    "contrast_9mm_1_0": N_("Contrast, rod of 9 mm and 1.0 %"),
    "contrast_8mm_1_0": N_("Contrast, rod of 8 mm and 1.0 %"),
    "contrast_7mm_1_0": N_("Contrast, rod of 7 mm and 1.0 %"),
    "contrast_6mm_1_0": N_("Contrast, rod of 6 mm and 1.0 %"),
    "contrast_5mm_1_0": N_("Contrast, rod of 5 mm and 1.0 %"),
    "contrast_4mm_1_0": N_("Contrast, rod of 4 mm and 1.0 %"),
    "contrast_3mm_1_0": N_("Contrast, rod of 3 mm and 1.0 %"),
    "contrast_2mm_1_0": N_("Contrast, rod of 2 mm and 1.0 %"),
    "contrast_15mm_0_5": N_("Contrast, rod of 15 mm and 0.5 %"),
    "contrast_9mm_0_5": N_("Contrast, rod of 9 mm and 0.5 %"),
    "contrast_8mm_0_5": N_("Contrast, rod of 8 mm and 0.5 %"),
    "contrast_7mm_0_5": N_("Contrast, rod of 7 mm and 0.5 %"),
    "contrast_6mm_0_5": N_("Contrast, rod of 6 mm and 0.5 %"),
    "contrast_5mm_0_5": N_("Contrast, rod of 5 mm and 0.5 %"),
    "contrast_4mm_0_5": N_("Contrast, rod of 4 mm and 0.5 %"),
    "contrast_3mm_0_5": N_("Contrast, rod of 3 mm and 0.5 %"),
    "contrast_2mm_0_5": N_("Contrast, rod of 2 mm and 0.5 %"),
    "contrast_15mm_0_3": N_("Contrast, rod of 15 mm and 0.3 %"),
    "contrast_9mm_0_3": N_("Contrast, rod of 9 mm and 0.3 %"),
    "contrast_8mm_0_3": N_("Contrast, rod of 8 mm and 0.3 %"),
    "contrast_7mm_0_3": N_("Contrast, rod of 7 mm and 0.3 %"),
    "contrast_6mm_0_3": N_("Contrast, rod of 6 mm and 0.3 %"),
    "contrast_5mm_0_3": N_("Contrast, rod of 5 mm and 0.3 %"),
    "contrast_4mm_0_3": N_("Contrast, rod of 4 mm and 0.3 %"),
    "contrast_3mm_0_3": N_("Contrast, rod of 3 mm and 0.3 %"),
    "contrast_2mm_0_3": N_("Contrast, rod of 2 mm and 0.3 %"),
}

RATIOS = {
    "cnr_15mm_1_0": N_("CNR, rod of 15 mm and 1.0 %"),
    "cnr_15mm_0_5": N_("CNR, rod of 15 mm and 0.5 %"),
    "cnr_15mm_0_3": N_("CNR, rod of 15 mm and 0.3 %"),
}

SEEN = {
    "lc_visible_1_0": N_("Smallest rod of 1.0 % that is seen"),
    "lc_visible_0_5": N_("Smallest rod of 0.5 % that is seen"),
    "lc_visible_0_3": N_("Smallest rod of 0.3 % that is seen"),
}

THRESHOLDS = {
    "lcd_threshold_15mm": N_("Smallest contrast told from noise, 15 mm"),
    "lcd_threshold_9mm": N_("Smallest contrast told from noise, 9 mm"),
    "lcd_threshold_8mm": N_("Smallest contrast told from noise, 8 mm"),
    "lcd_threshold_7mm": N_("Smallest contrast told from noise, 7 mm"),
    "lcd_threshold_6mm": N_("Smallest contrast told from noise, 6 mm"),
    "lcd_threshold_5mm": N_("Smallest contrast told from noise, 5 mm"),
    "lcd_threshold_4mm": N_("Smallest contrast told from noise, 4 mm"),
    "lcd_threshold_3mm": N_("Smallest contrast told from noise, 3 mm"),
    "lcd_threshold_2mm": N_("Smallest contrast told from noise, 2 mm"),
}
