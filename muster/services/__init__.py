"""What people use Muster for: one folder for each capability; none imports another.

Services meet only through the register, the ledger and registered metrics.
"""
