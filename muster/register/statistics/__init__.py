"""Statistics: official figures as their publishers state them, each with its source and release.

For leaders and analysts, who otherwise hold one published table beside another by hand. A figure is
kept exactly as stated, under the name its publisher used, and never added to a figure of another
publisher. Where a name certainly means an employer of the register, the figure stands under that
employer; totals and groups of departments stand for themselves.
"""
